/**
 * The {@code staccato} command: one class per verb, each a thin layer over the trainer, the core
 * and the latency harness.
 */
@NullMarked
package org.staccato.cli;

import org.jspecify.annotations.NullMarked;
