/**
 * A stand-in for Yandex Cloud in a process of its own: the same gRPC services, a clock that runs as fast as wanted, quotas, and
 * faults by seed. Where the real cloud's behaviour is not known it does the worst. Front door: {@link
 * dev.mayfly.fakecloud.Main}. Knows nothing of Mayfly.
 */
@NullMarked
package dev.mayfly.fakecloud;

import org.jspecify.annotations.NullMarked;
