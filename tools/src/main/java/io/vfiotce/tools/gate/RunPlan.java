package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.config.GateConfig;
import io.vfiotce.tools.gate.config.Profile;
import io.vfiotce.tools.gate.config.RunSettings;
import io.vfiotce.tools.gate.run.ForkSettings;
import io.vfiotce.tools.gate.run.RowFilter;

/**
 * How one run is made: the configuration, with what the command line says instead.
 *
 * @param config the configuration
 * @param profile the profile
 * @param run the profile's settings with those of the command line
 * @param filter which rows take part
 * @param forks how a fork is measured
 * @param seed seed of coins, order and resampling
 */
record RunPlan(GateConfig config, Profile profile, RunSettings run, RowFilter filter, ForkSettings forks, long seed) {
    private static final long MS_PER_MINUTE = 60_000;

    long budgetMs() {
        return run.budgetMinutes() * MS_PER_MINUTE;
    }
}
