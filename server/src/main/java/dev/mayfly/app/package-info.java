/**
 * The process: what it is told ({@link dev.mayfly.app.ServerConfig}), how the rooms are put together ({@link
 * dev.mayfly.app.ControlPlane}), and the PostgreSQL it brings along. Knows every room; no room knows it.
 */
@NullMarked
package dev.mayfly.app;

import org.jspecify.annotations.NullMarked;
