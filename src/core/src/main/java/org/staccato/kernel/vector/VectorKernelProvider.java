package org.staccato.kernel.vector;

import jdk.incubator.vector.VectorShape;
import org.staccato.kernel.KernelProvider;
import org.staccato.kernel.Kernels;

/**
 * Provides the kernels on the Vector API; {@link org.staccato.kernel.ConfiguredKernels} finds this
 * class by its name.
 */
public final class VectorKernelProvider implements KernelProvider {
  /** Creates the provider without initialising a kernel. */
  public VectorKernelProvider() {}

  @Override
  public int preferredBits() {
    return VectorShape.preferredShape().vectorBitSize();
  }

  @Override
  public Kernels kernels() {
    return new VectorKernels();
  }
}
