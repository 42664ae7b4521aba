/**
 * Cleaning: raw lines of one slice in, typed rows and a quarantine out, nothing lost. Front door: {@link dev.mayfly.jobs.clean.Clean}.
 * {@link dev.mayfly.jobs.clean.Line} reads one line, {@link dev.mayfly.jobs.clean.Duplicates} compares those of one id, {@link
 * dev.mayfly.jobs.clean.Rules} brings them together. The files are read once and nothing is cached: memory does not grow with the slice.
 */
package dev.mayfly.jobs.clean;
