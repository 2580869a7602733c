/**
 * Reads and writes weight files, which are safetensors files with stricter rules. This package
 * handles tensors, metadata, the digest and item keys, and knows no network; {@code
 * docs/weight-file.md} is its specification.
 */
@NullMarked
package org.staccato.format;

import org.jspecify.annotations.NullMarked;
