/**
 * Cleaning: raw lines of one slice in, typed rows and a quarantine out, nothing lost. Front door: {@link
 * dev.mayfly.jobs.clean.Clean}; the rules are in {@link dev.mayfly.jobs.clean.Rules}.
 */
package dev.mayfly.jobs.clean;
