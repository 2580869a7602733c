/**
 * JMH benchmarks of the core: one step of an LSTM, and the best items of a catalogue. With the
 * profile {@code peers} they run beside ONNX Runtime.
 *
 * <pre>{@code
 * ./mvnw -pl benchmarks -am -DskipTests package [-P peers]
 * java -jar benchmarks/target/benchmarks.jar [-prof gc]
 * }</pre>
 */
@NullMarked
package org.staccato.benchmarks;

import org.jspecify.annotations.NullMarked;
