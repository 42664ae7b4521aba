/**
 * The whole in one thread on a virtual clock: several control planes, a cloud that does its worst, and every fault that can be
 * thought of, by seed. The deciding code is that of production; only stores, cloud and time are replaced.
 */
@NullMarked
package dev.mayfly.simulation;

import org.jspecify.annotations.NullMarked;
