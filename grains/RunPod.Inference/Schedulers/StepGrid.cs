namespace RunPod.Inference.Schedulers;

/// <summary>The timesteps of a run, largest first, as NumPy computes them in diffusers' <c>set_timesteps</c>.</summary>
internal static class StepGrid
{
    /// <summary>For the methods on whole timesteps (DDIM, PNDM): <c>linspace</c> is rounded.</summary>
    public static double[] Whole(SchedulerConfig config, TimestepSpacing spacing, int steps)
    {
        var grid = Spread(config, spacing, steps);
        return spacing == TimestepSpacing.Linspace ? Array.ConvertAll(grid, value => Math.Round(value, MidpointRounding.ToEven)) : grid;
    }

    /// <summary>For the methods on sigmas (K-LMS, Euler): <c>linspace</c> keeps fractions, in float32.</summary>
    public static double[] Fractional(SchedulerConfig config, TimestepSpacing spacing, int steps) =>
        Array.ConvertAll(Spread(config, spacing, steps), value => (double)(float)value);

    /// <summary>For DPM-Solver, which spreads one step more over the noise levels that are not clipped, and leaves out the last.</summary>
    public static double[] Solver(SchedulerConfig config, TimestepSpacing spacing, int steps, int lastTimestep)
    {
        var grid = new double[steps];
        switch (spacing)
        {
            case TimestepSpacing.Trailing:
                FillTrailing(grid, lastTimestep, config.TrainTimesteps / (double)steps);
                break;
            case TimestepSpacing.Leading:
                var stride = lastTimestep / (steps + 1);
                for (var i = 0; i < steps; i++)
                {
                    grid[i] = Math.Min(((steps - i) * stride) + config.StepsOffset, config.TrainTimesteps - 1);
                }

                break;
            default:
                for (var i = 0; i < steps; i++)
                {
                    grid[i] = Math.Round((steps - i) * ((lastTimestep - 1) / (double)steps), MidpointRounding.ToEven);
                }

                break;
        }

        return grid;
    }

    private static double[] Spread(SchedulerConfig config, TimestepSpacing spacing, int steps)
    {
        var last = config.TrainTimesteps - 1;
        var grid = new double[steps];
        switch (spacing)
        {
            case TimestepSpacing.Trailing:
                FillTrailing(grid, config.TrainTimesteps, config.TrainTimesteps / (double)steps);
                break;
            case TimestepSpacing.Leading:
                var stride = config.TrainTimesteps / steps;
                for (var i = 0; i < steps; i++)
                {
                    // With as many steps as training steps the offset would lead one past the end.
                    grid[i] = Math.Min(((steps - 1 - i) * stride) + config.StepsOffset, last);
                }

                break;
            default:
                for (var i = 0; i < steps; i++)
                {
                    // One step stands at 0, as numpy.linspace has it.
                    grid[i] = steps == 1 ? 0 : (steps - 1 - i) * (last / (double)(steps - 1));
                }

                break;
        }

        return grid;
    }

    private static void FillTrailing(double[] grid, int from, double stride)
    {
        for (var i = 0; i < grid.Length; i++)
        {
            grid[i] = Math.Max(Math.Round(from - (i * stride), MidpointRounding.ToEven) - 1, 0);
        }
    }
}
