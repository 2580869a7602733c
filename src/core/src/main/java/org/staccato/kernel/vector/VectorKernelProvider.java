package org.staccato.kernel.vector;

import jdk.incubator.vector.VectorShape;

/** What the machine's vector registers are like, asked without initialising any kernel. */
public final class VectorRegisters {
  private VectorRegisters() {}

  /** {@return the width in bits that the JVM prefers on this machine} */
  public static int preferredBits() {
    return VectorShape.preferredShape().vectorBitSize();
  }
}
