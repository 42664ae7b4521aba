/**
 * Mayfly's own generator of card transactions with three fraud scenarios, after the published facts of the Fraud Detection
 * Handbook's simulator. Plain Java: it needs no Spark. Front door: {@link dev.mayfly.jobs.simulate.Simulate}.
 */
package dev.mayfly.jobs.simulate;
