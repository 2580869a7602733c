/**
 * JMH benchmarks of the core: one step of an LSTM, and the best items of a catalogue. With the
 * profile {@code peers} they run beside ONNX Runtime and PyTorch.
 *
 * <pre>{@code
 * ./mvnw -pl benchmarks -am -DskipTests package [-P peers]
 * java -jar benchmarks/target/benchmarks.jar [-prof gc]
 * java -cp benchmarks/target/benchmarks.jar org.staccato.benchmarks.ResultPage FOLDER
 * }</pre>
 */
@NullMarked
package org.staccato.benchmarks;

import org.jspecify.annotations.NullMarked;
