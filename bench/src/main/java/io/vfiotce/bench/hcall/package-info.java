/** What hypercalls cost, a class for each question, beside the limits. */
package io.vfiotce.bench.hcall;
