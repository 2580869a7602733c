package org.staccato.kernel;

/**
 * Offers kernels that need a module which may be absent. {@link ConfiguredKernels} finds the
 * provider by its name, so that nothing here depends on the package that imports the module.
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
