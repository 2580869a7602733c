package org.staccato.format;

import java.io.IOException;

/** Supplies the elements of a tensor when the weight file is written; called once per publish. */
@FunctionalInterface
public interface TensorSource {

  /**
   * Puts every element of the tensor, in row-major order, padding included.
   *
   * @param output receives the elements, valid during this call
   * @throws IOException if the elements cannot be read or written
   */
  void writeTo(TensorOutput output) throws IOException;
}
