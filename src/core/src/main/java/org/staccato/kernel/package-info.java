/**
 * The loops over floats of a step and a ranking, on two backends: {@link
 * org.staccato.kernel.ScalarKernels}, the reference and the fallback, and the Vector API. Kernels
 * know memory and offsets, but no models, files or states.
 */
@NullMarked
package org.staccato.kernel;

import org.jspecify.annotations.NullMarked;
