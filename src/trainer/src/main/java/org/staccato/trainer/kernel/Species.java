package org.staccato.trainer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of all kernels: of the processor's preferred width, but at most 512 bits. */
final class Species {

  static final VectorSpecies<Float> FLOAT =
      FloatVector.SPECIES_PREFERRED.length() > Matrix.PADDING
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  static final VectorSpecies<Integer> INT =
      FLOAT.vectorShape() == VectorShape.S_512_BIT
          ? IntVector.SPECIES_512
          : VectorSpecies.of(int.class, FLOAT.vectorShape());

  private Species() {}
}
