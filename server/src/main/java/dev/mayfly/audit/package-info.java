/**
 * The record of who changed what, or was refused to: one row in the transaction of each change. Front door: {@link
 * dev.mayfly.audit.Audit}.
 */
@NullMarked
package dev.mayfly.audit;

import org.jspecify.annotations.NullMarked;
