/**
 * Numbers for items: a number stays the same from version to version, so that four bytes keep an
 * event.
 */
@NullMarked
package org.staccato.users.items;

import org.jspecify.annotations.NullMarked;
