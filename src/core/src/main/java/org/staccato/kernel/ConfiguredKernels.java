package org.staccato.kernel;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Chooses the kernels of this JVM from the system properties and the machine. If the Vector API is
 * missing without a demand for the scalar backend, one line in the log names the option to add.
 */
public final class ConfiguredKernels {

  /** The option of the JVM that makes the Vector API available. */
  public static final String MODULE_OPTION = "--add-modules jdk.incubator.vector";

  private static final String MODULE = "jdk.incubator.vector";
  private static final String PROVIDER = "org.staccato.kernel.vector.VectorKernelProvider";

  private ConfiguredKernels() {}

  /**
   * Returns the kernels of this JVM.
   *
   * @return the same kernels at every call
   * @throws IllegalArgumentException if a system property demands a backend that is not available
   */
  public static Kernels get() {
    if (backend().equals(Backend.SCALAR)) {
      return Scalar.KERNELS;
    }
    return Vector.KERNELS;
  }

  /**
   * Chooses the backend of this JVM; see {@link Backend#choose}.
   *
   * @return the backend
   * @throws IllegalArgumentException if a system property demands a backend that is not available
   */
  public static Backend backend() {
    return Backend.choose(
        System.getProperty(Backend.BACKEND_PROPERTY),
        System.getProperty(Backend.BITS_PROPERTY),
        hasVectors() && isOptimizing() ? Provider.FOUND.preferredBits() : 0);
  }

  private static boolean hasVectors() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  private static boolean isOptimizing() {
    return Backend.isOptimizing(System.getProperty("java.vm.info"));
  }

  private static Logger logger() {
    return System.getLogger(ConfiguredKernels.class.getPackageName());
  }

  /** Initialised, and logged, when the scalar kernels are first handed out. */
  private static final class Scalar {
    static final Kernels KERNELS = create();

    private static Kernels create() {
      if (System.getProperty(Backend.BACKEND_PROPERTY) == null) {
        logger()
            .log(
                Level.WARNING,
                "Staccato runs on its scalar backend, several times slower than the vector one: "
                    + (isOptimizing()
                        ? "start the JVM with " + MODULE_OPTION
                        : "this JVM runs without its optimising compiler"));
      }
      return new ScalarKernels();
    }
  }

  /** Initialised only where the Vector API is present. */
  private static final class Provider {
    static final KernelProvider FOUND = find();

    private static KernelProvider find() {
      try {
        return Class.forName(PROVIDER)
            .asSubclass(KernelProvider.class)
            .getConstructor()
            .newInstance();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(PROVIDER + ": cannot be created", e);
      }
    }
  }

  /** Initialised, and logged, when the vector kernels are first handed out. */
  private static final class Vector {
    static final Kernels KERNELS = create();

    private static Kernels create() {
      Kernels kernels = Provider.FOUND.kernels();
      logger().log(Level.INFO, "Staccato runs on its backend {0}", kernels.name());
      return kernels;
    }
  }
}
