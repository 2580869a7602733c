/** The pages of the documentation, as tests read them. */
@NullMarked
package org.staccato.testkit.pages;

import org.jspecify.annotations.NullMarked;
