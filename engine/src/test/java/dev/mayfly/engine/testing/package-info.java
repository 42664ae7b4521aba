/** Test doubles for whatever uses the engine. Front door: {@link dev.mayfly.engine.testing.FaultPoints}. */
@NullMarked
package dev.mayfly.engine.testing;

import org.jspecify.annotations.NullMarked;
