/** What the tests of all modules share: random networks and their files, seeds, and faults. */
package org.staccato.testkit;
