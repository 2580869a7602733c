/**
 * The kernels on the JDK's incubating Vector API: the only package of the core that imports {@code
 * jdk.incubator.vector}, and loaded only where that module is present.
 */
@NullMarked
package org.staccato.kernel.vector;

import org.jspecify.annotations.NullMarked;
