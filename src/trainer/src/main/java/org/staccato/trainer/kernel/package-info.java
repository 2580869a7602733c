/**
 * Batched kernels for training: matrix products and element-wise passes over {@code float} arrays.
 *
 * <p>This is the one package of the trainer that uses the Vector API. Each kernel is a small loop
 * over memory; no vector crosses a call, because the JIT compiler boxes a vector at a call that it
 * does not inline. Sums are taken in an order that is fixed for a vector width, so that equal
 * inputs give equal bytes.
 *
 * <p>Rows are padded with zeros to a multiple of {@link Matrix#PADDING} columns; no kernel has a
 * masked tail.
 */
@NullMarked
package org.staccato.trainer.kernel;

import org.jspecify.annotations.NullMarked;
