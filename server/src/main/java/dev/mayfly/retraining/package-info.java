/**
 * Pipelines become runs: their revisions, what opens a run and when, and what the engine calls to get it on. Front door: {@link
 * dev.mayfly.retraining.Retraining}. Knows the contract of a kind of work, no kind; knows no HTTP.
 */
@NullMarked
package dev.mayfly.retraining;

import org.jspecify.annotations.NullMarked;
