package org.staccato.kernel.vector;

import jdk.incubator.vector.VectorShape;
import org.staccato.kernel.KernelProvider;
import org.staccato.kernel.Kernels;

/** Offers the kernels on the Vector API to those who look for this class by its name. */
public final class VectorKernelProvider implements KernelProvider {
  /** Creates the provider, and initialises no kernel. */
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
