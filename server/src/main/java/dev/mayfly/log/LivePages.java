package dev.mayfly.log;

import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.ClusterRef;
import java.io.InputStream;

/** A log of a provider as a stream, fetched page by page. Not thread-safe. */
final class LivePages extends InputStream {

    private static final int PAGE = 1 << 20;

    private final ClusterProvider provider;
    private final ClusterRef cluster;
    private final String job;
    private final String name;
    private byte[] page = new byte[0];
    private int at;
    private long offset;

    LivePages(ClusterProvider provider, ClusterRef cluster, String job, String name) {
        this.provider = provider;
        this.cluster = cluster;
        this.job = job;
        this.name = name;
    }

    @Override
    public int read() {
        return isAtEnd() ? -1 : page[at++] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int most) {
        if (most == 0) {
            return 0;
        }
        if (isAtEnd()) {
            return -1;
        }
        int count = Math.min(most, page.length - at);
        System.arraycopy(page, at, into, from, count);
        at += count;
        return count;
    }

    private boolean isAtEnd() {
        if (at == page.length) {
            page = provider.readLog(cluster, job, name, offset, PAGE);
            offset += page.length;
            at = 0;
        }
        return page.length == 0;
    }
}
