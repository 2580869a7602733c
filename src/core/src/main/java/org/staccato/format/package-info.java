/**
 * The weight file: a safetensors file with discipline. This package knows tensors, metadata, digest
 * and item keys, and nothing of any network; {@code docs/weight-file.md} is its specification.
 */
@NullMarked
package org.staccato.format;

import org.jspecify.annotations.NullMarked;
