package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.run.ForkRunner;
import io.vfiotce.tools.gate.run.RunJournal;

/**
 * Forks that run alone because their time counts.
 *
 * @param forks runs a fork
 * @param journal keeps it
 * @param <F> what runs them
 */
record Clocked<F extends ForkRunner>(F forks, RunJournal journal) {}
