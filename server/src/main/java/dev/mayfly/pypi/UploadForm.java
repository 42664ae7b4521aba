package dev.mayfly.pypi;

import dev.mayfly.access.Actor;
import dev.mayfly.digest.Sha256;
import dev.mayfly.http.Routes;
import dev.mayfly.packages.PackageKey;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import io.javalin.http.Context;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The form by which a distribution is uploaded, in the form of the upload API that twine and uv know as "legacy". Large
 * files wait on the disk.
 */
final class UploadForm {

    private static final String CONFIG = "org.eclipse.jetty.multipartConfig";
    private static final int IN_MEMORY = 64 << 10;
    private static final int LONGEST_FIELD = 1 << 20;

    private final Collection<Part> parts;

    private UploadForm(Collection<Part> parts) {
        this.parts = parts;
    }

    /** Reads the form. */
    record Reader(Path incoming, long largest) implements Routes.Reader<UploadForm> {

        @Override
        public UploadForm read(Actor actor, Context request) {
            try {
                request.req()
                        .setAttribute(
                                CONFIG,
                                new MultipartConfigElement(
                                        incoming.toString(), largest, largest + LONGEST_FIELD, IN_MEMORY));
                UploadForm form = new UploadForm(new ArrayList<>(request.req().getParts()));
                form.check();
                return form;
            } catch (ServletException | IllegalStateException e) {
                throw Refused.invalid(
                        "the form can't be read (expected: multipart/form-data," + " as uv publish and twine send it)");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public List<String> named(UploadForm read, String field) {
            return field.equals("name") ? List.of(read.name()) : List.of();
        }
    }

    private void check() {
        String action = text(":action").orElse("");
        if (!action.equals("file_upload")) {
            throw Refused.invalid("field ':action' is '" + TextLimit.shown(action) + "' (expected: file_upload)");
        }
        file();
        name();
    }

    /** The package's name, in the form in which it is kept. */
    String name() {
        return PackageKey.normal(required("name"));
    }

    String version() {
        return required("version");
    }

    String fileName() {
        return Optional.ofNullable(file().getSubmittedFileName())
                .orElseThrow(() -> Refused.invalid("field 'content' has no file name (expected: one)"));
    }

    Optional<Sha256> digest() {
        return text("sha256_digest").map(hex -> hex.toLowerCase(Locale.ROOT)).map(hex -> {
            try {
                return new Sha256(hex);
            } catch (IllegalArgumentException e) {
                throw Refused.invalid(
                        "field 'sha256_digest': " + TextLimit.shown(hex) + " (expected: 64 hexadecimal digits)");
            }
        });
    }

    InputStream content() throws IOException {
        return file().getInputStream();
    }

    private Part file() {
        return part("content")
                .orElseThrow(() -> Refused.invalid("the form has no field 'content' (expected: the file)"));
    }

    private String required(String field) {
        return text(field)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> Refused.invalid("the form has no field '" + field + "' (expected: one)"));
    }

    private Optional<String> text(String field) {
        return part(field).map(part -> {
            if (part.getSize() > LONGEST_FIELD) {
                throw Refused.invalid("field '" + field + "' of more than 1 MB (expected: less)");
            }
            try (InputStream in = part.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private Optional<Part> part(String field) {
        return parts.stream().filter(part -> part.getName().equals(field)).findFirst();
    }
}
