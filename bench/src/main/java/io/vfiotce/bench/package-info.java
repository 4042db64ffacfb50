/** JMH suites: one class per question, with the limit or peer it is compared with as methods of the same class. */
package io.vfiotce.bench;
