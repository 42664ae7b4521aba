package dev.mayfly.mlflow;

import dev.mayfly.artifact.ArtifactStore;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers of calls about artifacts. */
final class ArtifactReplies {

    private ArtifactReplies() {}

    record WireFile(String path, boolean isDir, @Nullable Long fileSize) {

        static WireFile of(ArtifactStore.Entry entry, String path) {
            return new WireFile(path, entry.isFolder(), entry.bytes() == 0 ? null : entry.bytes());
        }
    }

    record FilesReply(@Nullable String rootUri, List<WireFile> files) {}

    record PartsReply(String uploadId, List<Credential> credentials) {}

    /** The address that a client sends a part to. */
    record Credential(String url, int partNumber, Map<String, String> headers) {}

    record PresignedReply(String url, Map<String, String> headers, long fileSize) {}

    record PresignedUploadReply(String presignedUrl, Map<String, String> headers) {}
}
