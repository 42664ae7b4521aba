/**
 * Registered models, their versions and aliases, and the log of promotions. Front door: {@link
 * dev.mayfly.registry.ModelRegistry}. Knows tracking only to find the run that a version came from.
 */
@NullMarked
package dev.mayfly.registry;

import org.jspecify.annotations.NullMarked;
