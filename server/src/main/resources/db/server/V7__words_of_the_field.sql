-- A cluster that the cloud refused for want of its quota failed OUT_OF_CAPACITY, the word that the code has now.
update cluster set failure = 'OUT_OF_CAPACITY' where failure = 'NO_ROOM';
