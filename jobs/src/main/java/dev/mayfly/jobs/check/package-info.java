/**
 * Is a slice what it should be? Rules about its rows, and drift of every input and of the champion's scores against the slices before.
 * Front door: {@link dev.mayfly.jobs.check.Check}. Rows stay in the cluster: only counts come to the driver.
 */
package dev.mayfly.jobs.check;
