package dev.mayfly.artifact;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "a/../b",
                "/etc/passwd",
                "a//b",
                "a/",
                "./a",
                "a\\b",
                "C:/x",
                "a\u0000b",
                "a\tb",
                "%2e%2e/x",
                "a%2F..",
                "a%5c..%5cx",
                "a%00b",
                "%252e%252e"
            })
    void whatCouldLeaveTheStoreIsNoPath(String path) {
        assertThatThrownBy(() -> new ArtifactPath(path)).isInstanceOf(IllegalArgumentException.class);
    }
}
