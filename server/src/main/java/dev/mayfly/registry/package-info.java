/**
 * Registered models, their versions and aliases, and the log of promotions. Front door: {@link
 * dev.mayfly.registry.ModelRegistry}. Knows artifacts to see whether a version is a whole model, and of tracking only the rules for
 * names, searches and repeated creates: no run.
 */
@NullMarked
package dev.mayfly.registry;

import org.jspecify.annotations.NullMarked;
