/**
 * The packages of Python as an index: what pip and uv install from, and what uv and twine publish to. A translator without
 * state.
 */
@NullMarked
package dev.mayfly.pypi;

import org.jspecify.annotations.NullMarked;
