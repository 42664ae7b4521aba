package dev.mayfly.cli;

import java.util.HashMap;
import java.util.Map;

/** Copies artifacts from one server to another, and keeps track of where each place went. Not thread-safe. */
final class ArtifactCopy {

    private static final String OWN = "mlflow-artifacts:/";

    private final MlflowServer from;
    private final MlflowServer to;
    private final boolean isReference;
    /** The place where artifacts are now, by the place where they were. */
    private final Map<String, String> places = new HashMap<>();

    /** Creates a copy; with {@code isReference} it copies nothing, and every place stays as it is. */
    ArtifactCopy(MlflowServer from, MlflowServer to, boolean isReference) {
        this.from = from;
        this.to = to;
        this.isReference = isReference;
    }

    boolean isReference() {
        return isReference;
    }

    /** Returns the new place of artifacts: {@code here} if they are copied, {@code there} if not. */
    String place(String there, String here) {
        String place = isReference ? there : here;
        places.put(there, place);
        return place;
    }

    /** Returns where files are now that were at or below a known place; an unknown place does not change. */
    String moved(String place) {
        for (int end = place.length(); end > 0; end = place.lastIndexOf('/', end - 1)) {
            String now = places.get(place.substring(0, end));
            if (now != null) {
                return now + place.substring(end);
            }
        }
        return place;
    }

    /** Copies files that are missing or have another size. Returns the number and total size of the source's files. */
    Files copy(MlflowServer.Root root, String place) {
        if (isReference) {
            return new Files();
        }
        if (!place.startsWith(OWN)) {
            throw new CommandFailed(
                    CommandFailed.FAILED,
                    "artifacts can't be copied to " + place + " (expected: an experiment of this server's own store; "
                            + "the experiment of this name here has another location)");
        }
        Map<String, Long> there = new HashMap<>();
        to.files(root, "", file -> there.put(file.path(), file.bytes()));
        Files files = new Files();
        from.files(root, "", file -> {
            files.add(file);
            Long bytes = there.get(file.path());
            if (bytes == null || bytes != file.bytes()) {
                String target = place.substring(OWN.length()).replaceFirst("^/+", "") + "/" + file.path();
                from.read(root, file.path(), stream -> to.store(target, stream));
            }
        });
        return files;
    }

    /** Asks the server which files are here now. */
    Files found(MlflowServer.Root root) {
        Files files = new Files();
        if (!isReference) {
            to.files(root, "", files::add);
        }
        return files;
    }

    /** The number and total size of files. */
    static final class Files {

        private long count;
        private long bytes;

        private void add(MlflowServer.File file) {
            count++;
            bytes += file.bytes();
        }

        long count() {
            return count;
        }

        long bytes() {
            return bytes;
        }
    }
}
