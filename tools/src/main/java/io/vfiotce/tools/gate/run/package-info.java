/**
 * Runs JMH as processes: what a jar contains, one fork, and the schedule of pairs of forks.
 *
 * <p>{@link io.vfiotce.tools.gate.run.StageRunner} asks a {@link io.vfiotce.tools.gate.run.ForkRunner} for one fork after the
 * other and keeps each in a {@link io.vfiotce.tools.gate.run.RunJournal}, from which a run resumes and reports are made.
 */
package io.vfiotce.tools.gate.run;
