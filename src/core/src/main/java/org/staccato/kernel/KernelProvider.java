package org.staccato.kernel;

/**
 * Provides kernels that need a module which may be absent. {@link ConfiguredKernels} finds the
 * provider by its name, so that this package does not depend on the one that imports the module.
 */
public interface KernelProvider {

  /** {@return the width in bits of the vector registers that the JVM prefers on this machine} */
  int preferredBits();

  /**
   * Creates the kernels.
   *
   * @return kernels at the width of {@link ConfiguredKernels#backend()}
   */
  Kernels kernels();
}
