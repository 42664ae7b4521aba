/**
 * The configuration of a server: options override variables {@code MAYFLY_...}, and these override a YAML file. Each
 * room reads its own values from a {@link dev.mayfly.configuration.Section}; keys that no room reads are refused. Front
 * door: {@link dev.mayfly.configuration.Configuration}. Knows no room.
 */
@NullMarked
package dev.mayfly.configuration;

import org.jspecify.annotations.NullMarked;
