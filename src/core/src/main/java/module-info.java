/**
 * The inference core: maps a weight file and advances an LSTM by one event in microseconds.
 *
 * <p>The core runs without the incubating Vector API module, on the scalar backend; start the JVM
 * with {@code --add-modules jdk.incubator.vector} for the vector backend.
 */
module org.staccato.core {
  requires static com.google.errorprone.annotations;
  requires static jdk.incubator.vector;
  requires static org.jspecify;
  requires jdk.jfr;

  exports org.staccato;
  exports org.staccato.export;
  exports org.staccato.format;
  exports org.staccato.live;
  exports org.staccato.model;
  exports org.staccato.storage;
}
