package dev.mayfly.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Reads what is left of a request's body when its answer is sent. A client that is still sending when its connection is
 * closed loses the answer with it, and never sees why it was refused. No thread waits for what it sends.
 */
final class RestOfBody extends Handler.Wrapper {

    private static final long LONGEST = 16L << 20;

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        // who expects an answer before it sends sends nothing when it is refused
        if (request.getHeaders().contains(HttpHeader.EXPECT)) {
            return super.handle(request, response, callback);
        }
        Body body = new Body(request);
        return super.handle(
                body,
                response,
                Callback.from(callback.getInvocationType(), () -> body.readRest(callback), callback::failed));
    }

    /** A request whose body can still be read when it is answered. */
    private static final class Body extends Request.Wrapper {

        private long rest;

        Body(Request request) {
            super(request);
        }

        /** Whether all was sent already. Jetty's own fails the body if not, and the answer says that the connection is closed. */
        @Override
        public boolean consumeAvailable() {
            Content.Chunk chunk = read();
            while (chunk != null) {
                chunk.release();
                if (chunk.isLast()) {
                    return true;
                }
                chunk = read();
            }
            return false;
        }

        void readRest(Callback callback) {
            Content.Chunk chunk = read();
            while (chunk != null) {
                rest += chunk.remaining();
                chunk.release();
                if (chunk.isLast() || rest > LONGEST || Content.Chunk.isFailure(chunk)) {
                    callback.succeeded();
                    return;
                }
                chunk = read();
            }
            demand(() -> readRest(callback));
        }
    }
}
