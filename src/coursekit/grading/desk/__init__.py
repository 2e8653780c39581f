"""The marking desk: a page in the browser on which a person reads answers and marks them.

``cards`` says what is shown, ``saving`` keeps what a person gives through the ledger of hand marks,
``server`` serves both to this machine alone.
"""
