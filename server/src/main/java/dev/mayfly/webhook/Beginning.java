package dev.mayfly.webhook;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Takes the beginning of an answer, and hangs up on the rest, however long or slow it is. */
final class Beginning implements BodySubscriber<String> {

    private final CompletableFuture<String> text = new CompletableFuture<>();
    private final byte[] bytes;
    private int length;
    private Flow.@Nullable Subscription subscription;

    Beginning(int longest) {
        this.bytes = new byte[longest];
    }

    @Override
    public CompletionStage<String> getBody() {
        return text;
    }

    @Override
    public void onSubscribe(Flow.Subscription some) {
        subscription = some;
        some.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> more) {
        for (ByteBuffer buffer : more) {
            int taken = Math.min(buffer.remaining(), bytes.length - length);
            buffer.get(bytes, length, taken);
            length += taken;
        }
        if (length == bytes.length && subscription != null) {
            subscription.cancel();
            onComplete();
        }
    }

    @Override
    public void onError(Throwable failure) {
        text.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        text.complete(new String(bytes, 0, length, StandardCharsets.UTF_8));
    }
}
