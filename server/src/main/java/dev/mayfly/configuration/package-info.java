/**
 * What a server is told: options, variables {@code MAYFLY_...}, and a YAML file, in this order. Each room reads its own values from a
 * {@link dev.mayfly.configuration.Section}; the keys that were read are all that there are. Front door: {@link
 * dev.mayfly.configuration.Configuration}. Knows no room.
 */
@NullMarked
package dev.mayfly.configuration;

import org.jspecify.annotations.NullMarked;
