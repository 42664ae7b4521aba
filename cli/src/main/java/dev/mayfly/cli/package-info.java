/**
 * The command line: picocli over the HTTP API, and nothing else. Front door: {@link dev.mayfly.cli.Main}. {@code demo}
 * starts a server as a process and then talks to it like every other command.
 */
@NullMarked
package dev.mayfly.cli;

import org.jspecify.annotations.NullMarked;
