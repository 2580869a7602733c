/**
 * The loops over floats that a step and a ranking consist of, on two backends: {@link
 * org.staccato.kernel.ScalarKernels}, the reference and the fallback, and the Vector API. Kernels
 * know memory and offsets, and nothing of models, files or states.
 */
@NullMarked
package org.staccato.kernel;

import org.jspecify.annotations.NullMarked;
