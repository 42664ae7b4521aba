/**
 * The process: its configuration ({@link dev.mayfly.app.ServerConfig}), and how the rooms are put together ({@link
 * dev.mayfly.app.ControlPlane}). Knows every room; no room knows it.
 */
@NullMarked
package dev.mayfly.app;

import org.jspecify.annotations.NullMarked;
