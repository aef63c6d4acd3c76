namespace RunPod.Grains.Webhooks;

/// <summary>Who asks for a slot, and for what.</summary>
/// <param name="UserId">Whose message it is.</param>
/// <param name="IsProven">Whether the receiver took the last message that it was sent.</param>
/// <param name="Bytes">The message's size as far as it is known.</param>
internal readonly record struct SlotRequest(string UserId, bool IsProven, long Bytes);
